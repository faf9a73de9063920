// Reads QR codes out of camera pictures, away from the page's own thread: by the browser, else by zxing.
import { BarcodeDetector as OurDetector, prepareZXingModule } from "barcode-detector/ponyfill";

const formats = ["qr_code"];
let detector;

async function makeDetector(wasm) {
  const own = self.BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own({ formats });
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new OurDetector({ formats });
}

async function read(picture) {
  try {
    return (await detector.detect(picture)).map(({ rawValue }) => rawValue);
  } catch {
    return []; // one unreadable picture is followed by the next
  } finally {
    picture.close();
  }
}

self.onmessage = async ({ data: { wasm, picture } }) => {
  if (wasm) {
    detector = await makeDetector(wasm);
    self.postMessage({ ready: true });
  } else {
    self.postMessage({ codes: await read(picture) });
  }
};
