"""Tokens for the tests of this folder, and the program as it is when it starts: it has tried no PIN yet."""

from collections.abc import Callable, Iterator

import pytest
from soft_token import SoftToken, SoftTokens, conf_of, library, soft_tokens

from services.shared.hsm.uri import TokenUri, token_uri

Started = Callable[..., TokenUri]


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftTokens]:
    library()  # or skip, before anything is made
    folder = tmp_path_factory.mktemp("tokens")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(conf_of(folder)))
        yield soft_tokens(folder)


@pytest.fixture
def soft(tokens: SoftTokens) -> SoftToken:
    """A token that nobody has used yet."""
    return tokens.new()


@pytest.fixture
def started(tokens: SoftTokens, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Be a program that has just been started; where its keys lie."""
    from services.shared.hsm import connection, module, token

    def start(soft: SoftToken, object_: str = "record") -> TokenUri:
        token._token.cache_clear()
        uri = token_uri(soft.uri(object_))
        module.module_of(uri.address).start()
        return uri

    monkeypatch.setattr(connection, "WAIT_S", 0.0)
    yield start
    token._token.cache_clear()
