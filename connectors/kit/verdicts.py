"""The table: what every answer, and every missing answer, says about a write and about a read.

A write ends in one of the verdicts of `contract.Verdict` and in nothing else (DESIGN section 6). The rule behind
every row: NOT_SENT only where the vendor certainly did not act, UNKNOWN wherever it may have, HALT where the next
write would fare no better. A test walks every public exception of httpx and every status from 100 to 599, so the
day httpx grows a class the table is looked at again.
"""

from __future__ import annotations

import httpx

from connectors.kit.contract import Verdict

# Exceptions of httpx -> what they say about a write that was being sent.
ERRORS: dict[type[Exception], Verdict] = {
    # The connection was never made, or never handed to us: nothing left this machine.
    httpx.ConnectError: Verdict.NOT_SENT,
    httpx.ConnectTimeout: Verdict.NOT_SENT,
    httpx.PoolTimeout: Verdict.NOT_SENT,
    httpx.ProxyError: Verdict.NOT_SENT,  # raised while the tunnel is set up
    # The request was wrong before it left: our bug or a wrong setting, and the next one will be wrong too.
    httpx.UnsupportedProtocol: Verdict.HALT,
    httpx.InvalidURL: Verdict.HALT,
    httpx.LocalProtocolError: Verdict.HALT,
    httpx.CookieConflict: Verdict.HALT,
    httpx.RequestNotRead: Verdict.HALT,
    httpx.TooManyRedirects: Verdict.HALT,  # we never follow one
    # Bytes left and no whole answer came: the vendor may have acted.
    httpx.ReadTimeout: Verdict.UNKNOWN,
    httpx.WriteTimeout: Verdict.UNKNOWN,
    httpx.ReadError: Verdict.UNKNOWN,
    httpx.WriteError: Verdict.UNKNOWN,
    httpx.CloseError: Verdict.UNKNOWN,
    httpx.RemoteProtocolError: Verdict.UNKNOWN,
    httpx.DecodingError: Verdict.UNKNOWN,
    httpx.HTTPStatusError: Verdict.UNKNOWN,
    httpx.StreamError: Verdict.UNKNOWN,
    httpx.StreamConsumed: Verdict.UNKNOWN,
    httpx.StreamClosed: Verdict.UNKNOWN,
    httpx.ResponseNotRead: Verdict.UNKNOWN,
    # Families, for whatever is raised as such.
    httpx.HTTPError: Verdict.UNKNOWN,
    httpx.RequestError: Verdict.UNKNOWN,
    httpx.TransportError: Verdict.UNKNOWN,
    httpx.TimeoutException: Verdict.UNKNOWN,
    httpx.NetworkError: Verdict.UNKNOWN,
    httpx.ProtocolError: Verdict.UNKNOWN,
}

# Statuses that do not follow their hundred.
STATUSES: dict[int, Verdict] = {
    401: Verdict.HALT,  # after one new token; the credential is dead
    402: Verdict.HALT,
    403: Verdict.HALT,  # a scope or a permission is missing
    404: Verdict.RACED,  # gone since it was read; a vendor overrides it for creates
    405: Verdict.HALT,
    406: Verdict.HALT,
    407: Verdict.HALT,
    408: Verdict.UNKNOWN,  # a gateway may say so of a request it has passed on
    409: Verdict.RACED,
    410: Verdict.RACED,
    411: Verdict.HALT,
    412: Verdict.RACED,
    415: Verdict.HALT,
    416: Verdict.HALT,
    417: Verdict.HALT,
    418: Verdict.HALT,
    421: Verdict.NOT_SENT,  # reached a server that does not serve this host
    423: Verdict.RACED,
    425: Verdict.NOT_SENT,  # refused to look at it yet
    426: Verdict.HALT,
    428: Verdict.HALT,
    429: Verdict.NOT_SENT,
    431: Verdict.HALT,
    499: Verdict.UNKNOWN,  # a proxy's word for "the client went away"
}

# What the rest of a hundred says.
HUNDREDS: dict[int, Verdict] = {
    1: Verdict.UNKNOWN,  # never a final answer
    2: Verdict.APPLIED,
    3: Verdict.HALT,  # writes are not redirected: wrong host, wrong scheme or a login page
    4: Verdict.INVALID,
    5: Verdict.UNKNOWN,
}

# Reads that are worth asking again; everything else is final.
READ_AGAIN = frozenset({408, 421, 425, 429, 499, *range(500, 600)})
_FINAL_ERRORS = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, httpx.TooManyRedirects)


def of_status(status: int) -> Verdict:
    """The verdict of a write that was answered with this status."""
    return STATUSES.get(status) or HUNDREDS.get(status // 100, Verdict.UNKNOWN)


def of_error(error: BaseException) -> Verdict:
    """The verdict of a write during which this was raised; the nearest ancestor in the table speaks for a class
    that is not in it, and whatever is not of httpx may have been raised after sending: UNKNOWN."""
    for kind in type(error).__mro__:
        if kind in ERRORS:
            return ERRORS[kind]
    return Verdict.UNKNOWN


def read_again(error: BaseException) -> bool:
    """True when a read that failed like this is worth another try."""
    return isinstance(error, httpx.HTTPError | httpx.StreamError) and not isinstance(error, _FINAL_ERRORS)
