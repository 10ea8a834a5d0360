/** Which frames of a video a model sees, and where they lie. */
package io.prumerge.video;
