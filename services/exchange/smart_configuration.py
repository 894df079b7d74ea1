"""How to get a token here: GET [base]/.well-known/smart-configuration.

http://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
"""

import json
from typing import Any

from services.exchange.interaction import Answer, Asked, Interaction

CAPABILITIES = ("client-confidential-asymmetric", "permission-v2")
ALGORITHMS = ("RS384", "ES384")


def smart_configuration(asked: Asked) -> Answer:
    """Where and how a system gets an access token."""
    return Answer(
        200, json.dumps(configuration(asked.exchange.token_url)), media_type="application/json", events=()
    )


def configuration(token_url: str) -> dict[str, Any]:
    """What the configuration says, for a token endpoint at that address."""
    return {
        "token_endpoint": token_url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": ["system/*.cruds", "system/*.rs"],
        # No person signs in this way; the specification asks for the member all the same.
        "code_challenge_methods_supported": ["S256"],
        "capabilities": list(CAPABILITIES),
    }


INTERACTIONS = (
    Interaction(
        "smart-configuration", "GET", ".well-known/smart-configuration", smart_configuration, public=True
    ),
)
