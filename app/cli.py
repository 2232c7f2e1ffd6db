"""``accelerera``: the command line."""

from __future__ import annotations

from flask.cli import FlaskGroup

from app.commands import backing_up, certificates, course, data, keys, licences, people, record, service
from app.factory import create_app

main = FlaskGroup(
    name="accelerera",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    help="The certification service on the command line.",
)

for room in (service, data, people, certificates, keys, licences, backing_up, record, course):
    for command in room.COMMANDS:
        main.add_command(command)

if __name__ == "__main__":
    main()
