package io.portcullis.app.declarative;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads declarative files from disk. */
public final class FileText {
  private FileText() {}

  /**
   * The whole text.
   *
   * @throws IOException when it cannot be read, is too large or is not UTF-8
   */
  public static String read(Path file) throws IOException {
    if (Files.size(file) > DocumentText.LONGEST) {
      throw new IOException("larger than " + DocumentText.LONGEST + " octets");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException broken) {
      throw new IOException("it is not UTF-8", broken);
    }
  }
}
