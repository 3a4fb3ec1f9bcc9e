"""The studio's forms.  Every form carries the session's CSRF token; texts are drawn by `templates/studio/_form.html`.

To add a form: one class here, `{{ field(form.name) }}` in its template.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, NumberRange


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form with the session's token."""


class Act(Form):
    """A button that does one thing: log out, publish."""


class Login(Form):
    email = StringField(_("E-mail"), [DataRequired(_("Type your e-mail address."))])
    password = PasswordField(_("Password"), [DataRequired(_("Type your password."))])


class Confirm(Form):
    password = PasswordField(_("Password"), [DataRequired(_("Type your password."))])
    next = HiddenField()


class Password(Form):
    current = PasswordField(_("Password of today"), [DataRequired(_("Type your password of today."))])
    fresh = PasswordField(
        _("New password"),
        [DataRequired(_("Type the new password.")), Length(12, 200, _("Between 12 and 200 characters, please."))],
    )
    again = PasswordField(_("New password, again"), [EqualTo("fresh", _("The two new passwords differ."))])


class Language(Form):
    language = SelectField(
        _("Language of the studio"), choices=[SelectChoice("en", "English"), SelectChoice("fr", "Français")]
    )


class Followers(Form):
    count = IntegerField(
        _("Followers of the page"),
        [
            InputRequired(_("Type a whole number, without spaces.")),
            NumberRange(0, 2_000_000_000, _("Type a number between 0 and 2 000 000 000.")),
        ],
    )


class Draft(Form):
    """One file of a campaign's draft, as typed: whatever it says, it comes back."""

    file = HiddenField(validators=[DataRequired()])
    seen = HiddenField()  # the fingerprint of the saved text on which this one is based
    text = TextAreaField(_("Draft"))


class Export(Form):
    campaign = SelectField(_("Campaign"))
    format = SelectField(
        _("File"),
        choices=[SelectChoice("csv", _("CSV for machines")), SelectChoice("spreadsheet", _("CSV for spreadsheets"))],
    )
    reason = StringField(
        _("What is it for?"),
        [
            DataRequired(_("Say what the file is for: it is written into the audit.")),
            Length(5, 200, _("Say it in 5 to 200 characters.")),
        ],
    )
