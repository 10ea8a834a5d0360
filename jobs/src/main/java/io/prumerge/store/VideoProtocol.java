package io.prumerge.store;

import java.util.List;

/**
 * The frames that one protocol chose of an {@link ExampleVideo}.
 *
 * @param rule how they were chosen
 * @param frames how many were asked for; null where {@code fps} says it
 * @param fps how many a second were asked for; null where {@code frames} says it
 * @param chosen their places in the video's {@code frames}, from 0, in the order in which a model
 *     sees them; one may repeat; null where there is an error
 * @param error that each question gets under this protocol; null if it has frames
 * @param chosenFps frames per second of the chosen frames: {@code fps}, or their number by the
 *     clip's seconds, or what the names of frames chosen before say, else what the rule's reference
 *     assumes; null where there is an error
 * @param chosenFpsAssumed whether {@code chosen_fps} follows from {@code --source-fps} or from that
 *     assumption
 */
public record VideoProtocol(
    String rule,
    Integer frames,
    Double fps,
    List<Integer> chosen,
    String error,
    Double chosenFps,
    boolean chosenFpsAssumed) {}
