package io.prumerge.prepare;

import org.apache.hadoop.fs.Path;

/**
 * What {@link Prepare} wrote.
 *
 * @param output the table's folder
 * @param images those that questions name, each once
 * @param missing images that were not there
 * @param unreadable images that are corrupt, of another format or too large
 */
public record Prepared(Path output, long images, long questions, long missing, long unreadable) {}
