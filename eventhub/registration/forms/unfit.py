"""Why what was typed is no answer: one refusal each, told beside its question."""

from __future__ import annotations

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

PREFIX = "q_"


class Unfit(Refusal):
    """What was typed is no answer to its question."""

    status = 422

    def beside(self, public_id: str) -> Unfit:
        """Told where this question is asked."""
        self.field = f"{PREFIX}{public_id}"
        return self


class UnknownQuestion(Unfit):
    sentence = N_("The form does not ask this. Load the page again.")


class AnswerMissing(Unfit):
    sentence = N_("Answer this question.")


class ChoiceMissing(Unfit):
    sentence = N_("Choose one of the options.")


class UnknownOption(Unfit):
    sentence = N_("Choose from the options that are offered.")


class TooLong(Unfit):
    sentence = N_("Enter at most %(most)s characters.")


class TooShort(Unfit):
    sentence = N_("Enter at least %(least)s characters.")


class NoNumber(Unfit):
    sentence = N_("Enter a whole number.")


class NumberOutOfRange(Unfit):
    sentence = N_("Enter a number from %(least)s to %(most)s.")


class NoDate(Unfit):
    sentence = N_("Enter a day like 2027-07-12.")


class NoCountry(Unfit):
    sentence = N_("Choose a country from the list.")


class NoPhone(Unfit):
    sentence = N_("Enter the number with its country code, like +7 812 555 01 23.")


class NoEmail(Unfit):
    sentence = N_("Enter an e-mail address like name@example.org.")


class TooManyChosen(Unfit):
    sentence = N_("Choose at most %(most)s.")


class TooFewChosen(Unfit):
    sentence = N_("Choose at least %(least)s.")


class NoFile(Unfit):
    sentence = N_("Choose the file again.")


class OptionFull(Unfit):
    sentence = N_("All places of “%(option)s” are taken. Choose another option.")
    status = 409


class CompanionNameMissing(Unfit):
    sentence = N_("Enter the name of each accompanying person.")


class TooManyCompanions(Unfit):
    sentence = N_("Name at most %(most)s accompanying persons.")


class CompanionsFull(Unfit):
    sentence = N_("There are not so many places for accompanying persons. Name fewer.")
    status = 409


class FormChanged(Refusal):
    sentence = N_(
        "The questions were changed while you were answering. Look through them and send the form again."
    )
