"""What a sheet looks like and says besides the facts: colours, typefaces, wordings, ornament, logo.

A template is data; a partner's package can bring its own with ``dataclasses.replace(STANDARD, ...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from certificates.facts import Text
from certificates.ornament import Colour


class TemplateError(ValueError):
    """A template that no sheet can be drawn from; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Engraving:
    """One family of engraved lines: a curve round the centre, painted ``count`` times, ever smaller.

    ``radius``, ``depth`` and ``second`` shape the outermost curve and are in points, as is ``line``, the line
    width; ``inner`` is the smallest copy's share of the largest, ``twist`` how many waves it has turned by
    then; ``warm`` picks the colour.
    """

    radius: float
    depth: float
    waves: int
    count: int
    second: float = 0.0
    inner: float = 1.0
    twist: float = 1.0
    line: float = 0.3
    warm: bool = False


_WORDS = {
    "title": Text("Certifikat", "Certificate"),
    "opening": Text("Härmed intygas att", "This is to certify that"),
    "fulfilment": Text("har uppfyllt alla krav för", "has met every requirement for"),
    "scheme": Text(
        "enligt certifieringsordningen {scheme}, version {version}",
        "under the certification scheme {scheme}, version {version}",
    ),
    "version": Text(
        "enligt certifieringsordningens version {version}", "under version {version} of the scheme"
    ),
    "serial": Text("Certifikatnummer", "Certificate number"),
    "awarded": Text("Utfärdat", "Awarded"),
    "from": Text("Gäller från", "Valid from"),
    "until": Text("Gäller till och med", "Valid through"),
    "no_end": Text("Tills vidare", "No expiry date"),
    "verify": Text("Kontrollera certifikatet", "Verify this certificate"),
    "how": Text(
        "Läs av rutan eller öppna adressen: där står om certifikatet gäller i dag, med alla uppgifter att jämföra "
        "med. Filen är elektroniskt signerad; en ändrad fil godkänns inte.",
        "Scan the code or open the address to see whether the certificate is valid today, with every detail to "
        "compare. The file is signed electronically; an altered file does not pass.",
    ),
    "code": Text("Kontrollkod", "Verification code"),
    "criteria": Text("Kravens fingeravtryck", "Fingerprint of the requirements"),
    "development": Text(
        "EXEMPEL  ·  signerat med en utvecklingsnyckel  ·  gäller inte som certifikat",
        "SAMPLE  ·  signed with a development key  ·  not a valid certificate",
    ),
    "qr": Text("QR-kod som leder till kontrollsidan", "QR code that leads to the verification page"),
    "link": Text("Öppna kontrollsidan för certifikatet", "Open the certificate's verification page"),
    "field": Text("Utfärdarens elektroniska underskrift", "The issuer's electronic signature"),
    "handwriting": Text("Namnteckning: {name}", "Signature: {name}"),
    "logo": Text("Logotyp: {issuer}", "Logo: {issuer}"),
    "subject": Text("{level}, certifikat {serial}", "{level}, certificate {serial}"),
}

_ROSETTE = (
    Engraving(radius=56.0, depth=3.2, waves=24, count=9, inner=0.86, twist=1.5, line=0.22),
    Engraving(radius=56.0, depth=3.2, waves=24, count=9, inner=0.86, twist=-1.5, line=0.22),
    Engraving(radius=44.0, depth=6.0, waves=12, count=14, inner=0.68, twist=1.0, line=0.20),
    Engraving(radius=44.0, depth=6.0, waves=12, count=14, inner=0.68, twist=-1.0, line=0.20),
    Engraving(radius=25.5, depth=0.9, waves=72, count=3, twist=1.0, line=0.22, warm=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Colours are red, green, blue from 0 to 1; typefaces are names under ``fonts/``; ``logo`` is PNG or JPEG
    and takes the place of the mark; ``words`` replaces single wordings of the standard ones."""

    name: str
    ink: Colour = (0.071, 0.153, 0.169)
    quiet: Colour = (0.318, 0.380, 0.388)
    accent: Colour = (0.047, 0.353, 0.376)
    warm: Colour = (0.659, 0.282, 0.059)
    display: str = "cormorant-garamond/CormorantGaramond_500Medium"
    display_strong: str = "cormorant-garamond/CormorantGaramond_600SemiBold"
    text: str = "source-sans-3/SourceSans3_400Regular"
    text_strong: str = "source-sans-3/SourceSans3_600SemiBold"
    rosette: tuple[Engraving, ...] = _ROSETTE
    logo: bytes | None = None
    words: Mapping[str, Text] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.words) - set(_WORDS)
        if unknown:
            raise TemplateError(f"no such wording: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "words", MappingProxyType({**_WORDS, **self.words}))
        for colour in (self.ink, self.quiet, self.accent, self.warm):
            if not all(0 <= part <= 1 for part in colour):
                raise TemplateError("a colour's parts lie between 0 and 1")

    def __reduce__(self) -> tuple[Callable[..., Template], tuple[dict[str, Any]]]:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return _remade, (given | {"words": dict(self.words)},)

    def __hash__(self) -> int:
        return hash(
            (
                self.name,
                self.ink,
                self.quiet,
                self.accent,
                self.warm,
                self.display,
                self.text,
                self.rosette,
                self.logo,
            )
        )

    def word(self, key: str, language: str, **values: str) -> str:
        wording = self.words[key].in_language(language)
        return wording.format(**values) if values else wording


def _remade(given: dict[str, Any]) -> Template:
    """A template that was sent to another process."""
    return Template(**given)


STANDARD = Template(name="standard")
ATTENDANCE = Template(
    name="attendance",
    words={
        "title": Text("Intyg om deltagande", "Certificate of attendance"),
        "fulfilment": Text("har deltagit i", "has taken part in"),
        "scheme": Text("inom {scheme}, version {version}", "within {scheme}, version {version}"),
        "serial": Text("Intygsnummer", "Certificate number"),
        "verify": Text("Kontrollera intyget", "Verify this certificate"),
    },
)


TEMPLATES: Mapping[str, Template] = MappingProxyType({t.name: t for t in (STANDARD, ATTENDANCE)})
