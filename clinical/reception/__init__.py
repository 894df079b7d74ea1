"""What is asked of somebody who was received: a short safety set at once, the rest within a day. Each answer stands by itself."""
