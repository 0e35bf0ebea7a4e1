"""Speed and memory of the vision-language engine on random weights of its exact size: `make bench-vlm`."""
