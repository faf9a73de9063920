// The gate's screen begins here.
