"""Where bytes come from: pinned packages, hubs, addresses and local paths, fetched and verified."""
