"""A name people read, as a config writes it: in English and, where there is one, in Chinese."""

from pydantic import BaseModel, ConfigDict

from pulse.text import Text


class Names(BaseModel):
    """A name people read, in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str
    zh: str = ""

    @property
    def text(self) -> Text:
        """The name as a Text; the English one where there is no Chinese."""
        return Text(self.en, self.zh or self.en)
