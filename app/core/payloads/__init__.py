"""What a webhook's JSON holds, as far as it is read: pydantic models and one parser an event.

Strict where a field is named, blind to all others: GitHub adds fields at any time. Shapes: GitHub's documentation,
"Webhook events and payloads". Every text is untrusted.
"""
