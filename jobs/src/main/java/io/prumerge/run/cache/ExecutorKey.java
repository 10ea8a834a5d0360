package io.prumerge.run.cache;

import java.io.Serializable;

/**
 * The part of an answer's key that says what computes it, beside settings.
 *
 * @param libtorch version of libtorch that executors load
 * @param mklOnAmd the setting of the kernels that its MKL takes on AMD processors
 * @param packWeights the setting of packed weights
 * @param java version of executors' Java, whose libraries decode JPEG
 * @param codeSha256 hash of the classes that produce answers
 */
public record ExecutorKey(
    String libtorch, String mklOnAmd, String packWeights, String java, String codeSha256)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
