package io.prumerge.finetune;

import io.prumerge.torch.Precision;
import java.io.Serializable;

/**
 * What a training stores.
 *
 * @param adapter type of an adapter's values in its file
 * @param checkpointSteps steps between two checkpoints
 * @param keptBytes of visual tokens that a host keeps on its disk
 */
public record AdapterStorage(Precision adapter, int checkpointSteps, long keptBytes)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
