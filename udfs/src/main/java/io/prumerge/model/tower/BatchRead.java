package io.prumerge.model.tower;

import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Reads what rules want to know of each view, of all views of a batch at once: a GPU's host waits
 * for each result that it reads. Only evidence with one number for each patch is read so, which is
 * nearly nothing to copy, and which every method that names it reads.
 */
final class BatchRead {

  private final Torch torch;

  BatchRead(Torch torch) {
    this.torch = torch;
  }

  /** Whether evidence is attention to the patches, [N]. */
  static boolean covers(TowerEvidence evidence) {
    return evidence instanceof TowerEvidence.FullWidthAttention
        || evidence instanceof TowerEvidence.ClassAttention
        || evidence instanceof TowerEvidence.PatchAttention
        || evidence instanceof TowerEvidence.ColumnAttention;
  }

  /**
   * Computes some evidence of all views, and reads it with one wait.
   *
   * @param wanted pieces that are {@link #covers covered}; one that the tower does not have is left
   *     to the method that looks at it
   */
  void read(List<EvidenceBook> books, Collection<TowerEvidence> wanted) {
    List<Torch.Value> tensors = new ArrayList<>();
    List<TowerEvidence> had = new ArrayList<>();
    for (TowerEvidence evidence : wanted) {
      try {
        tensors.addAll(books.stream().map(book -> book.ahead(evidence)).toList());
        had.add(evidence);
      } catch (ReductionException e) {
        continue;
      }
    }
    if (tensors.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    float[] all = floats(tensors);
    double millis = (System.nanoTime() - start) / 1e6 / tensors.size();
    int length = all.length / tensors.size();
    int from = 0;
    for (TowerEvidence evidence : had) {
      for (EvidenceBook book : books) {
        book.take(evidence, Arrays.copyOfRange(all, from, from + length), millis);
        from += length;
      }
    }
  }

  private float[] floats(List<Torch.Value> tensors) {
    try (Torch.Value joined = torch.call("concat", tensors);
        Torch.Value host = torch.call("floats", joined)) {
      return host.toFloats(torch);
    }
  }
}
