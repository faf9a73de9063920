"""What people agree to when they register: three documents, each with its own tick."""

from __future__ import annotations

from dataclasses import dataclass

from eventhub.demo.shapes import Text, both


@dataclass(frozen=True, kw_only=True)
class DemoConsent:
    purpose: str
    title: Text
    body: Text
    is_required: bool = False


CONSENTS = (
    DemoConsent(
        purpose="processing",
        is_required=True,
        title=both("Processing of personal data", "Обработка персональных данных"),
        body=both(
            "I agree that Peter the Great St. Petersburg Polytechnic University keeps my name, e-mail address, "
            "organisation, country, language and chosen sessions in order to register me for this event, to send "
            "me letters about it, to issue my ticket and to check me in at the door.\n\n"
            "The data are seen by the organisers of the event; the crew at the door sees my name alone. They are "
            "given to nobody else; three years after the event my name and address are removed. I may withdraw this "
            "consent at any time by the link in my letters; my registration then ends.",
            "Я согласен (согласна) с тем, что Санкт-Петербургский политехнический университет Петра Великого хранит "
            "мои имя, адрес электронной почты, организацию, страну, язык и выбранные занятия, чтобы "
            "зарегистрировать меня на это мероприятие, присылать письма о нём, выдать билет и отметить меня на "
            "входе.\n\n"
            "Эти данные видят организаторы мероприятия; сотрудники на входе видят только имя. Никому другому "
            "данные не передаются; через три года после мероприятия имя и адрес удаляются. Я могу в любое время "
            "отозвать согласие по ссылке из письма; тогда моя регистрация прекращается.",
        ),
    ),
    DemoConsent(
        purpose="publication",
        title=both("My name on the list of participants", "Моё имя в списке участников"),
        body=both(
            "I agree that my name and organisation are shown on the list of participants of this event. "
            "The list is open to everybody. Without this consent I take part all the same, and I may withdraw it "
            "at any time: my name then leaves the list at once.",
            "Я согласен (согласна) с тем, что мои имя и организация показываются в списке участников этого "
            "мероприятия. Список открыт для всех. Без этого согласия я участвую точно так же и могу отозвать его "
            "в любое время: имя сразу исчезнет из списка.",
        ),
    ),
    DemoConsent(
        purpose="photo",
        title=both("Photographs and video", "Фото- и видеосъёмка"),
        body=both(
            "I agree that photographs and video taken at this event, in which I can be recognised, are published "
            "on the pages of the university. Without this consent I take part all the same; I tell the "
            "photographer, and no picture of me is published.",
            "Я согласен (согласна) с тем, что сделанные на этом мероприятии фотографии и видео, на которых меня "
            "можно узнать, публикуются на страницах университета. Без этого согласия я участвую точно так же: я "
            "говорю об этом фотографу, и мои снимки не публикуются.",
        ),
    ),
)  # fmt: skip
