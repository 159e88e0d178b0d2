"""Drawing a service report: from its facts and the kept pictures to a PDF of A4 pages.

The same facts make the same bytes. Whatever is missing is left out or said to be missing; a text of any length goes on
on the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from PIL import Image as Pictures
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    Image,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
)

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import report_words as words
from dispatch.services.report_facts import Answer, Facts, Photo
from dispatch.services.report_type import ACCENT, PLAIN, QUIET, RULE, paragraph, runs, style

_SIDE, _TOP, _BOTTOM = 18 * mm, 16 * mm, 20 * mm
_WIDTH = A4[0] - 2 * _SIDE
_COLUMNS, _GAP = 3, 4 * mm
_PHOTO = ((_WIDTH - (_COLUMNS - 1) * _GAP) / _COLUMNS, 52 * mm)
_SIGNATURE = (70 * mm, 28 * mm)
_EDGE = 700
"""A photo is drawn with so many pixels at most along its longer edge: 300 to the inch."""

_TITLE, _HEADING = style(19, bold=True), style(10.5, bold=True, colour=ACCENT, spaceAfter=3)
_BODY, _SMALL, _LABEL = style(9), style(7.5, colour=QUIET), style(8, colour=QUIET)
_COMPANY, _STATUS, _SUBJECT = style(11, bold=True, colour=ACCENT), style(10, bold=True), style(11.5)

Read = Callable[[str], bytes]


def draw(facts: Facts, read: Read) -> bytes:
    """The report as a PDF. ``read`` answers the bytes of a kept picture, or raises FileNotFoundError."""
    written = BytesIO()
    document = BaseDocTemplate(
        written,
        pagesize=A4,
        leftMargin=_SIDE,
        rightMargin=_SIDE,
        topMargin=_TOP,
        bottomMargin=_BOTTOM,
        title=f"{facts.number} – {words.word('report', facts.language)}",
        subject=facts.title,
        author=facts.company,
        creator="Fieldwright",
        lang="zh-CN" if facts.language == "zh" else "en",
        invariant=1,
    )
    frame = Frame(_SIDE, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame])])
    document.build(list(_Report(facts, read).parts()), canvasmaker=_numbered(facts))
    return written.getvalue()


class _Report:
    """The parts of one report, from top to bottom."""

    def __init__(self, facts: Facts, read: Read) -> None:
        self.facts, self.read = facts, read

    def say(self, name: str, /, **values: object) -> str:
        return words.word(name, self.facts.language, **values)

    def parts(self) -> Iterator[Flowable]:
        facts = self.facts
        yield from self._head()
        yield Table(
            [[self._about(), self._visit()]],
            colWidths=[_WIDTH / 2 + 4 * mm, _WIDTH / 2 - 4 * mm],
            style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush()],
            splitInRow=1,
        )
        if facts.description.strip():
            yield from self._section("asked", [paragraph(facts.description, _BODY)])
        yield from self._done()
        if facts.answers:
            yield from self._section("checklist", self._answers())
        yield from self._counted("parts_used", facts.used)
        yield from self._counted("parts_requested", facts.requested)
        yield from self._photos()
        yield from self._signature()

    def _head(self) -> Iterator[Flowable]:
        facts = self.facts
        if facts.company:
            yield paragraph(facts.company, _COMPANY)
        if facts.company_contact:
            yield paragraph(facts.company_contact, _SMALL)
        yield Spacer(0, 5 * mm)
        yield paragraph(f"{self.say('report')} {facts.number}", _TITLE)
        yield Spacer(0, 2 * mm)
        yield paragraph(facts.title, _SUBJECT)
        yield Spacer(0, 1.5 * mm)
        yield paragraph(self._status(), _STATUS)
        yield HRFlowable(width="100%", thickness=0.8, color=ACCENT, spaceBefore=4 * mm, spaceAfter=4 * mm)

    def _status(self) -> str:
        ends = [one.value for one in (_S.COMPLETED, _S.INCOMPLETE, _S.NO_SHOW, _S.CANCELLED)]
        return self.say(self.facts.status if self.facts.status in ends else "not_finished")

    def _about(self) -> list[Flowable]:
        facts = self.facts
        where = "\n".join(one for one in (facts.site, facts.address) if one)
        about = [("work", facts.job_type), ("customer", facts.customer), ("contact", facts.contact), ("site", where)]
        return self._pairs([*about, *facts.equipment], 27 * mm, _WIDTH / 2 + 4 * mm)

    def _visit(self) -> list[Flowable]:
        facts, said = self.facts, []
        known = [one for one in (facts.arrived_at, facts.started_at, facts.finished_at) if one is not None]
        date = known[0].date() if known else None
        if date is not None:
            said.append(("date", words.day(date, facts.language)))
        for name, at in (("arrived", facts.arrived_at), ("started", facts.started_at), ("finished", facts.finished_at)):
            if at is not None:
                said.append((name, words.moment(at, date, facts.language)))
        if facts.paused_for:
            said.append(("paused", words.span(facts.paused_for, facts.language)))
        if facts.technicians:
            name = "technicians" if len(facts.technicians) > 1 else "technician"
            said.append((name, "\n".join(facts.technicians)))
        found = self._pairs(said, 25 * mm, _WIDTH / 2 - 4 * mm)
        return [*found, paragraph(self.say("times_in", zone=facts.zone), _SMALL)] if known else found

    def _pairs(self, said: Iterable[tuple[str, str]], label: float, width: float) -> list[Flowable]:
        rows = [[paragraph(self.say(name), _LABEL), paragraph(value, _BODY)] for name, value in said if value]
        look = [("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush(right=3 * mm), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
        return [Table(rows, colWidths=[label, width - label], style=look, splitInRow=1)] if rows else []

    def _done(self) -> Iterator[Flowable]:
        facts = self.facts
        over = facts.status in (_S.INCOMPLETE.value, _S.NO_SHOW.value)
        said = [paragraph(facts.outcome, _BODY)] if facts.outcome else []
        if over and facts.follows:
            said.append(paragraph(self.say("follows"), _BODY))
        if said:
            yield from self._section("left" if over else "done", said)

    def _answers(self) -> list[Flowable]:
        rows: list[list[Any]] = [[paragraph(one.title, _LABEL), [*self._answer(one)]] for one in self.facts.answers]
        look = [("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush(right=3 * mm), *_lines()]
        label = _WIDTH * 0.42
        title = [paragraph(self.facts.checklist, _SMALL)] if self.facts.checklist else []
        return [*title, Table(rows, colWidths=[label, _WIDTH - label], style=look, splitInRow=1)]

    def _answer(self, answer: Answer) -> Iterator[Flowable]:
        if isinstance(answer.value, bool):
            yield paragraph(self.say("yes" if answer.value else "no"), _BODY)
        elif isinstance(answer.value, int | float):
            yield paragraph(f"{words.amount(answer.value)} {answer.unit}".strip(), _BODY)
        elif answer.value is not None:
            yield paragraph(str(answer.value), _BODY)
        elif not answer.pictures:
            yield paragraph(self.say("to_come"), _SMALL)
        room = _WIDTH * 0.58 - 3 * mm
        shown = [self._picture(kept, (room - _GAP) / 2, 40 * mm) for kept in answer.pictures]
        if shown:
            yield _grid(shown, 2, (room - _GAP) / 2)

    def _counted(self, name: str, counted: Sequence[tuple[str, float]]) -> Iterator[Flowable]:
        if not counted:
            return
        head = [paragraph(self.say("part"), _LABEL), paragraph(self.say("quantity"), _LABEL)]
        rows = [head, *([paragraph(part, _BODY), paragraph(words.amount(many), _BODY)] for part, many in counted)]
        look = [("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush(right=3 * mm), *_lines()]
        table = Table(rows, colWidths=[_WIDTH - 30 * mm, 30 * mm], style=look, repeatRows=1, splitInRow=1)
        yield from self._section(name, [table])

    def _photos(self) -> Iterator[Flowable]:
        facts = self.facts
        said = [
            paragraph(self.say(name, count=count), _SMALL)
            for name, count in (("photos_left_out", facts.left_out), ("photos_awaited", facts.awaited))
            if count
        ]
        if not facts.photos and not said:
            return
        shown = [self._photo(one) for one in facts.photos]
        yield from self._section("photos", [*([_grid(shown, _COLUMNS, _PHOTO[0])] if shown else []), *said])

    def _photo(self, photo: Photo) -> list[Flowable]:
        caption = [Spacer(0, mm), paragraph(photo.caption, _SMALL)] if photo.caption else []
        return [self._picture(photo.kept, *_PHOTO), *caption]

    def _signature(self) -> Iterator[Flowable]:
        facts = self.facts
        if facts.signed is None:
            if facts.status in (_S.COMPLETED.value, _S.INCOMPLETE.value):
                yield from self._section("signature", [paragraph(self.say("unsigned"), _SMALL)])
            return
        signed = facts.signed
        at = f"{words.day(signed.at.date(), facts.language)}, {signed.at:%H:%M}"
        drawn = (
            self._picture(signed.kept, *_SIGNATURE)
            if signed.kept is not None
            else paragraph(self.say("to_come"), _SMALL)
        )
        line = HRFlowable(width=80 * mm, thickness=0.6, color=QUIET, hAlign="LEFT", spaceBefore=1, spaceAfter=2)
        said = paragraph(self.say("signed", name=signed.name, at=at), _BODY)
        yield KeepTogether([*self._section("signature", [drawn, line, said])])

    def _section(self, name: str, content: Sequence[Flowable]) -> Iterator[Flowable]:
        yield Spacer(0, 5 * mm)
        yield CondPageBreak(28 * mm)  # a heading does not stand alone at the foot of a page
        yield paragraph(self.say(name), _HEADING)
        yield from content

    def _picture(self, kept: str, width: float, height: float) -> Flowable:
        try:
            file, (across, down) = _drawable(self.read(kept))
        except FileNotFoundError:
            return paragraph(self.say("to_come"), _SMALL)
        scale = min(width / across, height / down)
        return Image(file, across * scale, down * scale, hAlign="LEFT")


_S = VisitStatus


def _grid(cells: Sequence[Any], columns: int, width: float) -> Table:
    """Cells side by side, row by row."""
    rows = [list(cells[at : at + columns]) for at in range(0, len(cells), columns)]
    rows[-1] += [""] * (columns - len(rows[-1]))
    look = [("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush(right=_GAP), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)]
    return Table(rows, colWidths=[width + _GAP] * columns, style=look, hAlign="LEFT")


def _flush(right: float = 0) -> list[tuple[Any, ...]]:
    """No room round what stands in a table, but to the right of it."""
    sides = (("LEFTPADDING", 0.0), ("RIGHTPADDING", right), ("TOPPADDING", 1.0), ("BOTTOMPADDING", 1.0))
    return [(name, (0, 0), (-1, -1), room) for name, room in sides]


def _lines() -> list[tuple[Any, ...]]:
    room = [(name, (0, 0), (-1, -1), 3) for name in ("TOPPADDING", "BOTTOMPADDING")]
    return [*room, ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE)]


def _drawable(content: bytes) -> tuple[BytesIO, tuple[int, int]]:
    """A kept picture as a small JPEG on white, and its size in pixels."""
    with Pictures.open(BytesIO(content)) as picture:
        picture.draft("RGB", (_EDGE, _EDGE))  # a JPEG is decoded no larger than it has to be
        picture.thumbnail((_EDGE, _EDGE))
        if picture.mode == "RGBA":
            white = Pictures.new("RGB", picture.size, "white")
            white.paste(picture, mask=picture.getchannel("A"))
            drawn: Pictures.Image = white
        else:
            drawn = picture.convert("RGB")
        file = BytesIO()
        drawn.save(file, "JPEG", quality=80)
        return BytesIO(file.getvalue()), drawn.size


def _numbered(facts: Facts) -> type[Canvas]:
    """A canvas that writes the foot of each page once it is known how many there are."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  the name is the library's
            self.pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for page in self.pages:
                self.__dict__.update(page)
                _foot(self, facts, self._pageNumber, len(self.pages))
                super().showPage()
            super().save()

    return Numbered


def _foot(canvas: Canvas, facts: Facts, page: int, pages: int) -> None:
    left = " · ".join(one for one in (facts.number, facts.customer) if one)
    right = words.word("page", facts.language, page=page, pages=pages)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(_SIDE, 14 * mm, A4[0] - _SIDE, 14 * mm)
    canvas.setFillColor(QUIET)
    _line(canvas, left, _SIDE, 0)
    _line(canvas, right, A4[0] - _SIDE, -1)


def _line(canvas: Canvas, text: str, at: float, side: int) -> None:
    """A line of the foot that begins at ``at``, or ends there (``side`` -1); cut off where it is too long."""
    pieces = runs(text[:90], PLAIN)
    width = sum(canvas.stringWidth(piece, font, 8) for font, piece in pieces)
    x = at + side * width
    for font, piece in pieces:
        canvas.setFont(font, 8)
        canvas.drawString(x, 10 * mm, piece)
        x += canvas.stringWidth(piece, font, 8)
