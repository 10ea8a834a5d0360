package io.prumerge.run.cache;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Everything that determines an answer: equal keys have equal answers.
 *
 * @param imageSha256 hash of the image's bytes, or of a video's chosen frames in their order, or a
 *     placeholder without an image
 * @param times all that the model may be told of when the frames are; empty for pictures
 * @param maxNewTokens token budget; 0: the checkpoint's own
 * @param letters of which one is the answer; none where it is a text
 * @param method the method's canonical spelling, with the hashes of the jars that bring it, if it
 *     is not this program's; or the spelling of the server that answers under it
 * @param before hash of the key of the question before it about the same image, if methods look at
 *     the image's first question, so that keys depend on all questions up to their own: the first
 *     that could be asked decided; empty for the first question, and if methods look at each
 *     question
 */
public record AnswerKey(
    String imageSha256,
    String times,
    String prompt,
    int maxNewTokens,
    List<String> letters,
    String method,
    String before,
    ModelKey model) {

  String sha256() {
    return hash(this);
  }

  static String hash(Object record) {
    return Sha256.hex(Json.write(record).getBytes(StandardCharsets.UTF_8));
  }
}
