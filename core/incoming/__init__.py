"""How photos come in: uploads, addresses, folders, ZIPs and the samples become stored photos, items and jobs."""
