package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.List;

/**
 * An image, or the images of one prompt, with its questions; a row of {@link Table#EXAMPLES}.
 *
 * @param benchmark its name
 * @param split the benchmark's split
 * @param imageId file name under the image folder; of several a JSON array; null for text alone
 * @param image the first one's bytes; null if the file is missing
 * @param imageSha256 of the bytes; of several images of their hashes, 32 bytes each, in order; null
 *     if one is missing. A run computes a missing one and refuses a wrong one
 * @param width in pixels, of {@code image}; null if missing or broken
 * @param height likewise
 * @param questions about the image or images
 * @param moreImages the prompt's further images; null with one image or none. Tables may lack it
 */
public record ExampleRow(
    String benchmark,
    String split,
    String imageId,
    byte[] image,
    String imageSha256,
    Integer width,
    Integer height,
    List<ExampleQuestion> questions,
    @AddedLater List<byte[]> moreImages) {}
