/** First and last names of the invented people. */
export const firstNames =
  'Ada Amir Anna Ben Bruno Carla Chen Clara Daniel Dina Elena Emil Eva Farah Felix Finn Grace Hana Hugo Ida Igor Ines Ivan Jack Jana Joel Julia Kai Karim Lara Lea Leo Lina Louis Lucy Maja Malik Maria Max Mia Mona Nadia Nils Nina Noah Nora Olga Omar Oscar Paul Petra Priya Rosa Ruth Sam Sara Simon Sofia Tara Theo Tom Uma Vera Viktor Wei Yara Yusuf Zoe'.split(
    ' ',
  )
export const lastNames =
  'Abbott Adler Ahmed Baker Bauer Becker Bell Berg Bianchi Brown Byrne Carter Chan Clarke Costa Cruz Diaz Dubois Evans Fischer Fox Garcia Grant Gray Green Haas Hall Hill Hughes Ito Jansen Jones Kaya Keller Khan Kim Klein Kowalski Lang Larsen Lee Lewis Lopez Marin Martin Mason Meyer Moore Moreau Murphy Nagy Nowak Olsen Patel Perez Popov Price Quinn Reed Rossi Roth Sato Schmidt Shah Silva Singh Smith Stein Taylor Thomas Turner Varga Wagner Walker Wang Ward Weber White Wolf Wood Young Zhang'.split(
    ' ',
  )
/** Reserved domains (RFC 2606), so that no address of the sample can exist. */
export const mailDomains = ['mail.example', 'post.example', 'inbox.example', 'example.com']
export const workDomains = ['northwind.example', 'analytical-engines.example', 'harbour.example']
export const familyDomains = ['family.example', 'home.example']
