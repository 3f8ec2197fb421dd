"""Replay: deliveries are run again exactly as they were received, and the orders they told of settled anew."""



