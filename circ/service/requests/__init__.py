"""The acts on what units ask each other to send, one file a subject; `circ.service.request_service` is their door."""
