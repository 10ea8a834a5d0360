package io.prumerge.finetune;

import java.io.Serializable;
import java.util.BitSet;

/**
 * The rows that are trained on.
 *
 * @param broken numbers of the rows to leave out
 * @param count number of the others
 * @param skipBroken whether rows that turn out to be broken are left out; otherwise the training
 *     fails
 */
record TrainingRows(DataSource source, BitSet broken, int count, boolean skipBroken)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
