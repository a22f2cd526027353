"""What a connector answers to its peers, without a word of HTTP: messages in, processes stepped, messages or refusals out."""
