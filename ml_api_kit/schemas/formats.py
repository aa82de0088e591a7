"""The formats that are checked."""

#: All of them are formats of texts.
#: Source: JSON Schema Validation 2020-12, section 7.3.
KNOWN_FORMATS = frozenset(
    {
        *("date", "date-time", "time", "duration", "email", "idn-email", "hostname"),
        *("idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference"),
        *("uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex"),
    }
)
