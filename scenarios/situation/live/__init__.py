"""What a situation takes from a live store, part by part: its places and names, its people, its work, its plans."""
