package io.prumerge.model.tower;

import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * Reads what rules want to know of each view, of all views of a batch at once: a GPU's host waits
 * for each result that it reads. Only {@link TowerEvidence#isSmall small} evidence is read so: it
 * is nearly nothing to copy, also where a user's script looks at it on the device alone, and to
 * keep until each image's turn comes.
 */
final class BatchRead {

  private final Torch torch;

  BatchRead(Torch torch) {
    this.torch = torch;
  }

  /**
   * Computes some evidence of all views, and reads it with one wait.
   *
   * @param wanted pieces that are {@link TowerEvidence#isSmall small}; one that the tower does not
   *     have is left to the method that looks at it
   */
  void read(List<EvidenceCache> caches, Collection<TowerEvidence> wanted) {
    List<Torch.Value> tensors = new ArrayList<>();
    List<TowerEvidence> had = new ArrayList<>();
    for (TowerEvidence evidence : wanted) {
      try {
        tensors.addAll(caches.stream().map(cache -> cache.ahead(evidence)).toList());
        had.add(evidence);
      } catch (ReductionException e) {
        continue;
      }
    }
    if (tensors.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    Iterator<float[]> values = torch.floats(tensors).iterator();
    double millis = (System.nanoTime() - start) / 1e6 / tensors.size();
    for (TowerEvidence evidence : had) {
      for (EvidenceCache cache : caches) {
        cache.take(evidence, values.next(), millis);
      }
    }
  }
}
