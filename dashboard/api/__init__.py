"""What programs may read from outside: figures, Boards, contacts, incidents, snapshots; nothing in here changes anything."""
