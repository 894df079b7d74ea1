"""Signing in by way of the organisation's identity provider (OpenID Connect Core 1.0): authorization code with PKCE.

The provider says who somebody is and nothing else: what they may do is granted here.
"""
