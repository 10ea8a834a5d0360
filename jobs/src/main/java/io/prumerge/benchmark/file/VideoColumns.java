package io.prumerge.benchmark.file;

import java.util.Optional;

/**
 * The columns that name a row's video.
 *
 * @param name of its file or folder, below {@code folder}
 * @param folder of a column or a text of the file whose value stands before the name
 * @param start of the seconds at which the part that is asked about begins
 * @param end of those at which it ends
 * @param fps of the video's frames per second
 */
record VideoColumns(
    String name,
    Optional<String> folder,
    Optional<String> start,
    Optional<String> end,
    Optional<String> fps) {}
