package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;

/**
 * The decoder's weights as the part {@code packed} has them, empty lists where the plan has none.
 * Made with the first pass: who trains or explains needs none. Thread-safe.
 */
final class PackedCopy implements AutoCloseable {

  private final DecoderScript script;
  private final Torch.Value ends;
  private final Torch.Value structs;
  private final CachePlan plan;
  private Torch.Value layers;
  private Torch.Value head;

  PackedCopy(DecoderScript script, Torch.Value ends, Torch.Value structs, CachePlan plan) {
    this.script = script;
    this.ends = ends;
    this.structs = structs;
    this.plan = plan;
  }

  synchronized Torch.Value layers() {
    if (layers == null) {
      layers = script.call("pack", structs, plan.packed());
    }
    return layers;
  }

  synchronized Torch.Value head() {
    if (head == null) {
      head = script.call("packed_head", ends, plan.packedHead());
    }
    return head;
  }

  @Override
  public synchronized void close() {
    for (Torch.Value made : new Torch.Value[] {layers, head}) {
      if (made != null) {
        made.close();
      }
    }
  }
}
