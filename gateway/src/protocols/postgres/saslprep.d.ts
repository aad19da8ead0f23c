declare module 'saslprep' {
  /** RFC 4013. Throws on what it prohibits. */
  export default function saslprep(text: string): string
}
