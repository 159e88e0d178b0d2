"""How the server bears a busy day: reads, writes and planning at the same time, on a real server and a real worker."""
