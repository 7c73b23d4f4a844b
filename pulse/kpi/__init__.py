"""Pure: what a number means. One KPI family is one file; nothing here touches the outside."""
