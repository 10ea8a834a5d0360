package io.prumerge.training;

import io.prumerge.checkpoint.Sha256;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * What a training goes on from, as bytes: 8 of a mark, the settings' SHA-256, the number of steps
 * (big-endian), vectors of fp32 (little-endian), and the SHA-256 of all that. Vectors pass in
 * pieces, so that memory does not hold them twice.
 *
 * @param settings of the training
 * @param vectors what is to be written or overwritten, in order
 */
record TrainingState(TrainingSettings settings, List<TrainedVector> vectors) {

  private static final byte[] MARK = "PRUTUNE1".getBytes(StandardCharsets.US_ASCII);

  private byte[] fingerprint() {
    return Sha256.of(settings.toString().getBytes(StandardCharsets.UTF_8));
  }

  void write(int steps, OutputStream target) throws IOException {
    DigestOutputStream digested = new DigestOutputStream(target, Sha256.digest());
    DataOutputStream out = new DataOutputStream(digested);
    out.write(MARK);
    out.write(fingerprint());
    out.writeInt(steps);
    for (TrainedVector vector : vectors) {
      for (int[] piece : vector.pieces()) {
        out.write(bytes(vector.get(piece[0], piece[1])));
      }
    }
    out.flush();
    target.write(digested.getMessageDigest().digest());
    target.flush();
  }

  /** Returns the little-endian bytes of numbers. */
  static byte[] bytes(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  /**
   * Overwrites the vectors.
   *
   * @return the number of steps
   * @throws IOException if it is no state, of other settings, cut short or damaged
   */
  int read(InputStream source) throws IOException {
    DigestInputStream digested = new DigestInputStream(source, Sha256.digest());
    DataInputStream in = new DataInputStream(digested);
    require(Arrays.equals(in.readNBytes(MARK.length), MARK), "it is no state of a training");
    byte[] expected = fingerprint();
    require(
        Arrays.equals(in.readNBytes(expected.length), expected),
        "it is of a training with other settings than " + settings);
    int steps = in.readInt();
    for (TrainedVector vector : vectors) {
      for (int[] piece : vector.pieces()) {
        byte[] bytes = in.readNBytes((piece[1] - piece[0]) * Float.BYTES);
        float[] numbers = new float[piece[1] - piece[0]];
        require(bytes.length == numbers.length * Float.BYTES, "it is cut short");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        vector.put(piece[0], numbers);
      }
    }
    byte[] digest = digested.getMessageDigest().digest();
    require(Arrays.equals(source.readNBytes(digest.length), digest), "it is cut short or damaged");
    return steps;
  }

  private static void require(boolean right, String problem) throws IOException {
    if (!right) {
      throw new IOException("Cannot go on from the training's state: " + problem);
    }
  }
}
