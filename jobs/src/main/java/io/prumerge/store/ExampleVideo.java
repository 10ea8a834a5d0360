package io.prumerge.store;

import java.util.List;

/**
 * A video, or the part of it between two times, with the frames that protocols chose.
 *
 * @param name the video's, as the benchmark has it: clips of one video share it
 * @param sourceFrames number of frames of the whole video; null if only chosen frames are known
 * @param sourceFps frames per second of the whole video; null if unknown
 * @param start where the clip begins, in seconds; null: the video's beginning
 * @param end where it ends, in seconds; null: the video's end
 * @param fpsAssumed whether {@code source_fps} is what {@code --source-fps} says of all videos that
 *     do not tell their own
 * @param frames all that a protocol chose, by index, each once; null where there is an error
 * @param protocols the protocols that frames were asked for by
 * @param error that each question about the video gets, such as {@code video_missing: ...}; null if
 *     its frames can be shown
 */
public record ExampleVideo(
    String name,
    Integer sourceFrames,
    Double sourceFps,
    Double start,
    Double end,
    boolean fpsAssumed,
    List<VideoFrame> frames,
    List<VideoProtocol> protocols,
    String error) {}
