"""The demo: an invented grocery chain, its campaign, its people and their login provider.  Nothing outside names it."""
