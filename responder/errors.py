"""Our few exceptions. HTTP and the command line map them in one place each.

ResponderError
├── ConfigError        the marketers' files: nothing starts on them; lists every problem
├── SettingsError      the environment: names every variable that is missing or wrong
├── DatabaseAway       the database cannot be reached or written; the provider shall retry
├── MigrationNeeded    the database is older or newer than this software
├── SpoolBroken        (spool_disk) the spool cannot be read or written; the provider shall retry
└── GatewayAway        (gateways) the provider cannot be asked now
"""


class ResponderError(Exception):
    """What a person can mend; its text says how."""


class ConfigError(ResponderError):
    """The marketers' files have problems; the text lists them all, one a line."""


class SettingsError(ResponderError):
    """The environment lacks something or holds something impossible."""


class DatabaseAway(ResponderError):
    """The database cannot be reached or written now."""


class MigrationNeeded(ResponderError):
    """The database's revision is not this software's."""
