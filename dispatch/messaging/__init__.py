"""Telling others what happened: the relay, handlers, the stream, notifications, webhooks."""
