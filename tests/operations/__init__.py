"""Running an installation: metrics, readiness, logs, backups, deployment."""
