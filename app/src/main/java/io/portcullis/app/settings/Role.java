package io.portcullis.app.settings;

/** What a process is for. */
public enum Role {
  BOTH,
  ADMIN,
  PROXY;

  /**
   * The role that the settings name.
   *
   * @throws SettingsException with one line when it is none, or when the database cannot be shared
   */
  public static Role of(Settings settings) throws SettingsException {
    Role role =
        switch (settings.oneOf(Setting.ROLE, "both", "admin", "proxy", "traditional")) {
          case "admin" -> ADMIN;
          case "proxy" -> PROXY;
          // Kong's word for it
          default -> BOTH;
        };
    String database = settings.oneOf(Setting.DATABASE, "h2", "postgres", "off");
    if (role != BOTH && !database.equals("postgres")) {
      throw new SettingsException(
          "role = "
              + settings.text(Setting.ROLE)
              + " needs database = postgres, which several processes share; it is "
              + database);
    }
    return role;
  }

  /** Whether it serves traffic. */
  public boolean proxies() {
    return this != ADMIN;
  }

  /** Whether it has the Admin API. */
  public boolean administers() {
    return this != PROXY;
  }

  /** As it is written in the settings. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
