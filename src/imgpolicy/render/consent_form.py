"""A consent form as somebody reads it: the organisation's words, and around them what every form must say.

The text names nobody: the same form in the same language is the same text for everybody, and is kept once.
"""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.form import Form, Question, ShownForm, Wording
from imgpolicy.domain.request import Answer, Whom
from imgpolicy.language import Language


def shown_form(form: Form, language: Language, whom: Whom, *, recognition: bool) -> ShownForm:
    """The form in this language, or the first of its own, for whoever answers for themself or for a child.

    With `recognition` it asks about the face too, where the form does.
    """
    wording, word = form.wording(language.code.value), language.word
    child = whom is Whom.CHILD
    asked = (
        word("May we recognise the child's face, to find the pictures of them?")
        if child
        else word("May we recognise your face, to find the pictures of you?")
    )
    return ShownForm(
        form=form.id,
        language=wording.language,
        title=wording.title,
        before=tuple(_before(form, wording, language, whom)),
        questions=tuple(
            Question(text=said, use=use) for said, use in zip(_uses(form, wording, language), form.uses, strict=True)
        ),
        recognition=Question(text=asked, use=None) if recognition and form.biometric else None,
        told=(
            word(
                "This is another question, and a no changes nothing of the answers above. Numbers are made of the face."
                " They stay in our own register, encrypted, and are deleted when you say no."
            ),
        ),
        after=tuple(_after(form, wording, language)),
    )


def _before(form: Form, wording: Wording, language: Language, whom: Whom) -> Iterator[str]:
    word = language.word
    yield wording.about
    if whom is Whom.CHILD:
        yield word("You answer for a child whose guardian you are. Please talk about it with the child first.")
    if whom is Whom.YOUNG:
        yield word("You are not of age yet: your guardian is asked as well, and your no counts as much as theirs.")
    yield word("It is up to you. To say no, or not to answer, has no consequences.")
    if form.until is not None:
        yield word("A yes holds until {day}.", day=form.until.isoformat())
    else:
        yield word("A yes holds for {months} month(s) from today.", months=form.months or 0)


def _uses(form: Form, wording: Wording, language: Language) -> Iterator[str]:
    for use, said in zip(form.uses, wording.uses, strict=True):
        yield said or language.word("{channel}, for {purpose}", channel=use.channel, purpose=use.purpose)


def _after(form: Form, wording: Wording, language: Language) -> Iterator[str]:
    word = language.word
    yield word("Who answers for the pictures: {controller}.", controller=form.controller)
    yield word("How to reach us: {contact}.", contact=form.contact)
    yield word(
        "You can take a yes back at any time, as easily as you gave it: by the link in your receipt, or by writing to"
        " us. Then we take the pictures down. What was done before stays lawful, and what was once on the internet may"
        " have been copied by others."
    )
    yield word("You can see what we hold about you, have it corrected or erased, and take it along.")
    yield wording.complaint or word("You can complain to the data protection authority.")


def evidence_text(answer: Answer, form: Form, shown: ShownForm, language: Language) -> str:
    """What proves an answer: the text that was shown, each answer to it, by whom, when, and by which link."""
    word, said = language.word, answer.said
    yes, no = word("yes"), word("no")
    answered = dict.fromkeys(said.yes, yes) | dict.fromkeys(said.no, no)
    lines = [shown.text, ""]
    lines += [f"{question.text}: {answered[question.use]}" for question in shown.questions if question.use in answered]
    if shown.recognition is not None:
        lines.append(f"{shown.recognition.text}: {yes if said.recognition else no}")
    if answer.portrait is not None:
        lines.append(word("A photograph of the face came along."))
    lines.append(word("Name: {name}", name=said.name))
    if said.child is not None:
        lines.append(word("For the child: {name}", name=said.child))
    if said.born is not None:
        lines.append(word("Born: {day}", day=said.born.isoformat()))
    lines.append(word("Answered: {moment} (UTC)", moment=answer.at.strftime("%Y-%m-%d %H:%M:%S")))
    lines.append(
        word(
            "Form {name}, version {number} ({id}); request {request}",
            name=form.name,
            number=form.number,
            id=form.id,
            request=answer.request,
        )
    )
    if answer.confirmed is not None:
        lines.append(word("{name} said whose answer it is: {how}", name=answer.confirmed.by, how=answer.confirmed.how))
    return "\n".join(lines) + "\n"
