"""The email door: mail in by SMTP, LMTP or IMAP; mail out by SMTP."""
