package io.prumerge.run;

import java.io.IOException;

/** A piece of work, run on its own thread. */
public interface WorkPiece {
  void run() throws IOException;
}
