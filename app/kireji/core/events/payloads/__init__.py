"""What a webhook's JSON holds, as far as it is read: one parser an event. Begin with `fields`.

Pydantic models: strict where a field is named, blind to all others, since GitHub adds fields at any time. Shapes:
GitHub's documentation, "Webhook events and payloads". Every text is untrusted.
"""
