"""The union catalogue: bibs and items, MARC in and out, holdings. Who has an item is none of its business."""
