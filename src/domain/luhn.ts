/** Whether a voucher number's last digit checks (Luhn over its digits): a wrong digit is found before anything is asked. */
export function luhnHolds(number: string): boolean {
  const digits = [...number.replaceAll(/\D/g, '')].map(Number).reverse();
  if (digits.length < 8) return false;
  return digits.reduce((sum, d, i) => sum + (i % 2 === 0 ? d : d * 2 > 9 ? d * 2 - 9 : d * 2), 0) % 10 === 0;
}
