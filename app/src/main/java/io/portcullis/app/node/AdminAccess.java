package io.portcullis.app.node;

import io.portcullis.admin.http.AccessRules;
import io.portcullis.admin.http.AdminProtection;
import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who may call this process's Admin API, and how much.
 *
 * @param clients trusts what {@code admin_client_authorities} names; null when callers need no
 *     certificate
 */
@SuppressWarnings("ArrayRecordComponent") // the form that TLS contexts take; never compared
record AdminAccess(AdminProtection protection, TrustManager @Nullable [] clients) {
  private static final int LARGEST_BODY = 1 << 30;
  private static final int MOST_CALLS = 1_000_000;

  static AdminAccess of(Settings settings) throws SettingsException {
    AccessRules rules =
        new AccessRules(
            settings.optional(Setting.ADMIN_TOKEN).orElse(null),
            new HashSet<>(settings.list(Setting.ADMIN_ALLOWED_ORIGINS)));
    Optional<String> authorities = settings.optional(Setting.ADMIN_CLIENT_AUTHORITIES);
    return new AdminAccess(
        AdminProtection.of(rules)
            .withMaxBody(maxBody(settings))
            .withCallsPerSecond(settings.integer(Setting.ADMIN_RATE_LIMIT, 0, MOST_CALLS)),
        authorities.isPresent() ? trusting(Path.of(authorities.get())) : null);
  }

  /** Reads every value and keeps none. */
  static void check(Settings settings) throws SettingsException {
    of(settings);
  }

  /** What an operator should know about these addresses. */
  List<String> warnings(List<ListenAddress> addresses) {
    List<String> warnings = new ArrayList<>();
    for (ListenAddress address : addresses) {
      boolean certificate = clients != null && address.ssl();
      if (clients != null && !address.ssl()) {
        warnings.add(
            "admin_listen: " + address + " has no ssl, so admin_client_authorities guards it not");
      }
      if (!address.loopback() && protection.access().token() == null && !certificate) {
        warnings.add(
            "the Admin API on "
                + address
                + " is open to whoever reaches it: set admin_token or admin_client_authorities");
      }
    }
    return warnings;
  }

  private static int maxBody(Settings settings) throws SettingsException {
    long size = settings.size(Setting.ADMIN_MAX_BODY_SIZE);
    return size == 0 ? LARGEST_BODY : (int) Math.min(size, LARGEST_BODY);
  }

  private static TrustManager[] trusting(Path file) throws SettingsException {
    String key = Setting.ADMIN_CLIENT_AUTHORITIES.key();
    try {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      if (authorities.isEmpty()) {
        throw new SettingsException(key + ": " + file + " holds no certificate");
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate authority : authorities) {
        trusted.setCertificateEntry("authority-" + number++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      return factory.getTrustManagers();
    } catch (IOException unreadable) {
      throw new SettingsException(key + ": cannot read " + file + ": " + unreadable.getMessage());
    } catch (CertificateException malformed) {
      throw new SettingsException(key + ": " + file + " is no list of PEM certificates");
    } catch (GeneralSecurityException unusable) {
      throw new SettingsException(key + ": " + file + " cannot be used: " + OneLine.of(unusable));
    }
  }
}
