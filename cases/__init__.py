"""Security and conformance cases for OAuth 2.1 and OpenID Connect servers, run from outside."""
