package io.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.app.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
  @TempDir private Path folder;

  @Test
  void a_self_signed_certificate_is_made_once_and_can_be_served() throws Exception {
    SelfSignedCertificate made = SelfSignedCertificate.in(folder);
    String first = Files.readString(made.certificate());
    assertThat(CertificateFiles.read(made.certificate(), made.key())).isNotNull();
    assertThat(Files.readString(SelfSignedCertificate.in(folder).certificate())).isEqualTo(first);
    assertThat(Files.getPosixFilePermissions(made.key()))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void a_key_of_another_certificate_is_refused_by_name() throws Exception {
    SelfSignedCertificate one = SelfSignedCertificate.in(folder.resolve("one"));
    SelfSignedCertificate other = SelfSignedCertificate.in(folder.resolve("other"));
    assertThatThrownBy(() -> CertificateFiles.read(one.certificate(), other.key()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("is not the key of");
  }

  @Test
  void a_file_without_a_certificate_is_refused() throws Exception {
    SelfSignedCertificate one = SelfSignedCertificate.in(folder);
    Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
    assertThatThrownBy(() -> CertificateFiles.read(empty, one.key()))
        .hasMessageContaining("empty.pem: no certificate in PEM form");
  }
}
